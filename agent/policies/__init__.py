"""Who decides inside the graph nodes: a language model, or fixed rules when there is none."""
