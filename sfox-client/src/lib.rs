//! Typed requests and replies for the sFOX APIs, without a transport
