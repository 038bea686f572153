"""Ten kinds of feeder for judging phase balancers, and everything the study of them needs.

`archetype` reads a site's file, `foreign` brings feeders that nobody made for this, `feeder` is
what both become; `course` draws the loads of a seed; `laws` and `closed_loop` run balancers on
them, `optimum` says what the best one of the same rating could do, `certify` how near that is to
a proven bound; `opponents` are other cures, `broken_neutral` a neutral that is lost, `sizing` the
way back from a wanted reduction to a rating. Page: docs/STUDY_BALANCER.md.
"""
