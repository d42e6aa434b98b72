//! A WebSocket server whose side of each connection the test speaks itself.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// The server; it goes with its runtime.
pub(crate) struct WsServer {
    pub(crate) url: String,
    connections: mpsc::UnboundedReceiver<Connection>,
}

/// The venue's side of a connection.
pub(crate) struct Connection {
    pub(crate) headers: Vec<(String, String)>,
    ws: WebSocketStream<TcpStream>,
}

impl WsServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/ws", listener.local_addr().unwrap());
        let (sender, connections) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut headers = Vec::new();
                #[allow(clippy::result_large_err)]
                let keep = |request: &Request, response: Response| {
                    for (name, value) in request.headers() {
                        let value = value.to_str().unwrap_or_default().to_owned();
                        headers.push((name.as_str().to_owned(), value));
                    }
                    Ok(response)
                };
                let Ok(ws) = tokio_tungstenite::accept_hdr_async(stream, keep).await else {
                    continue;
                };
                let _ = sender.send(Connection { headers, ws });
            }
        });
        WsServer { url, connections }
    }

    /// The next connection.
    pub(crate) async fn accept(&mut self) -> Connection {
        self.connections.recv().await.unwrap()
    }
}

impl Connection {
    /// The next text that the client sends.
    pub(crate) async fn hear(&mut self) -> String {
        loop {
            match self.ws.next().await.unwrap().unwrap() {
                Message::Text(text) => return text.to_string(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Hears a text, and answers.
    pub(crate) async fn expect(&mut self, heard: &str, answer: &str) {
        assert_eq!(self.hear().await, heard);
        self.say(answer).await;
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.ws.send(Message::text(text)).await.unwrap();
    }

    /// Sends a message or a frame of any kind.
    pub(crate) async fn send(&mut self, message: Message) {
        self.ws.send(message).await.unwrap();
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Connection {
    /// Waits until the client closes.
    pub(crate) async fn closed(&mut self) {
        while let Some(Ok(message)) = self.ws.next().await {
            if message.is_close() {
                return;
            }
        }
    }
}
