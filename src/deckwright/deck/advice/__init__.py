"""What makes cards hard to learn: each rule a function from a lesson to findings, its docstring its page."""
