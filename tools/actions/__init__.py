"""One planner-callable tool a file; the function signature is the schema the planner sees."""
