"""The pages for reading: treatments, studies and other records, the map, stories and the quiz; also as files, without a server."""
