//! HTTP clients that share no code with the engine.

/// A builder of clients; its TLS library is chosen here, as every program does for itself.
pub fn http() -> reqwest::ClientBuilder {
    // Another test of this process may have been first.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
