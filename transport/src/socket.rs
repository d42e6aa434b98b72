//! placeholder
/// s
#[derive(Debug, Clone, Default)]
pub struct SessionConfig {}
