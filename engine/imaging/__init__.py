"""Arithmetic on pictures that knows nothing of faces, packs or edits: warps, flow, filters, tensors."""
