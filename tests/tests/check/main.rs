//! The check engine against a slow judge that is plainly right, on generated values and on what is
//! left of them after mutation.

mod cases;
mod coverage;
mod generate;
mod hard;
mod judge;
mod mutate;
mod patterns;
mod random;
mod tree;
