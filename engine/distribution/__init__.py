"""Getting packs and versions: catalogue, download, installation, verification."""
