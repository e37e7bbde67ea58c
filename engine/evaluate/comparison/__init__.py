"""Methods of face editing compared on the same faces: `maskfacegan evaluate` and its report."""
