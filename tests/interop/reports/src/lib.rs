//! Nothing: the package is there for what its dependency brings.
