"""What a check looks at beyond the schema and the cross-references: each module a kind of mistake, none stops an answer."""
