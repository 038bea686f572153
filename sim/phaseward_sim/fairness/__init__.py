"""The study of fair blocking times: laws compared minute by minute on many feeders and seeds.

    feeders   networks from outside, cut to size, reduced to ports
    homes     who lives there: base load, cars, heat pumps, drawn by seed
    fleet     the cars and heat pumps of all laws and seeds at once
    laws      the opponents; boxes: the project's own decision core
    best      the optimiser that knows everything, replayed through the power flow
    loop      one minute after the other; measures: what is counted
    feed_in_days    the laws of feed-in compared, apart from the rest
    plan      which cases the study has; run: does them, resumable; tables, pictures: the page

`python -m phaseward_sim.fairness` (or `make study-blocking`) does it all. Units: W, Wh, V, min.
"""
