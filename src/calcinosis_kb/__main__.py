"""``python -m calcinosis_kb`` is ``calcinosis-kb``."""

from calcinosis_kb.cli import main

if __name__ == "__main__":
    main()
