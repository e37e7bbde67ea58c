"""Methods of face editing compared on the same faces: `maskfacegan evaluate` and its report.

datasets, results_folder     which pictures there are
subjects                     a face of them, aligned, and its reconstruction
methods, boundaries          what edits it: ours, InterFaceGAN, pictures of others
judges, identity, kernel     who judges, in no loss
figures, bootstrap           what is measured
plan, ledger, run            a line per face, attribute and method, and the way through them
report_json, page            what is written at the end
saved_report, figure_rows    what was written, read again
tables, charts, wall, notes  parts of the page; markup and thumbnails serve them
"""
