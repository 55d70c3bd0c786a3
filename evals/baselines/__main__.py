"""``python -m evals.baselines``"""

from evals.baselines.compare import main

main()
