"""The faces of Despatch: terminal and browser. They show; they compute no answer."""
