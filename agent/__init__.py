"""Questions answered over long video: the planner graph, its strategies and its terminal."""
