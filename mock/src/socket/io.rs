//! The network's side of a connection: frames in and out, the pace of feeds, silence, and what goes
//! wrong on purpose.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Out, Session};
use crate::fault::{self, Kind};
use crate::server::Stop;

/// The largest message that is read, in bytes.
const MAX_MESSAGE: usize = 1 << 20;

/// How soon a connection hears of what happened to its account.
const NEWS: Duration = Duration::from_millis(10);

/// Whether a connection goes on.
enum Next {
    On,
    /// It is over.
    End,
    /// Nothing more is read or written, and it stays open.
    Hang,
}

/// A connection with its stream.
struct Connection<S> {
    stream: WebSocketStream<S>,
    session: Session,
    /// A message that comes after the next one.
    late: Option<Out>,
}

/// Serves a stream on which the handshake is done, until either side ends it.
pub(crate) async fn run<S>(stream: S, session: Session, mut stop: Stop)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let mut connection = Connection {
        stream: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await,
        session,
        late: None,
    };
    let end = tokio::select! {
        end = connection.serve() => end,
        _ = stop.changed() => connection.close(CloseCode::Away, "the mock stops").await.map(|()| Next::End),
    };
    if let Ok(Next::Hang) = end {
        // The sender is gone, so this is ready once the mock stops.
        let _ = stop.changed().await;
    }
    if let Err(error) = end {
        if let Some(code) = fault_of(&error) {
            // Who cannot be told is gone.
            let _ = connection.close(code, "").await;
        }
        connection
            .session
            .inner
            .log(&format!("socket {}: {error}", connection.session.id));
    }
}

/// What a client is told that broke the protocol.
fn fault_of(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Capacity(_) => Some(CloseCode::Size),
        Error::Utf8(_) => Some(CloseCode::Invalid),
        Error::Protocol(_) => Some(CloseCode::Protocol),
        _ => None,
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    async fn serve(&mut self) -> Result<Next, Error> {
        let inner = self.session.inner.clone();
        let socket = &inner.venue.api().sockets[self.session.socket];
        let described = socket.idle_timeout_s.map(|s| Duration::from_secs(s.into()));
        let idle = inner.idle_timeout.or(described);
        // Timers tell milliseconds: what is to be faster comes in bursts.
        let pace = inner.pace.max(Duration::from_millis(1));
        let burst = pace.as_micros() / inner.pace.as_micros().max(10);
        let mut ticks = interval_at(Instant::now() + pace, pace);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut news = interval_at(Instant::now() + NEWS, NEWS);
        news.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let greeting = self.session.greet();
        let mut next = self.send_all(greeting).await?;
        loop {
            match next {
                Next::On => {}
                end => return Ok(end),
            }
            let silence = heard + idle.unwrap_or(Duration::from_secs(u32::MAX.into()));
            next = tokio::select! {
                message = self.stream.next() => {
                    heard = Instant::now();
                    match message {
                        Some(message) => self.receive(message?).await?,
                        None => Next::End,
                    }
                }
                _ = ticks.tick() => {
                    let mut next = Next::On;
                    for _ in 0..burst {
                        let messages = self.session.tick();
                        next = self.send_all(messages).await?;
                        if !matches!(next, Next::On) {
                            break;
                        }
                    }
                    next
                }
                _ = news.tick(), if inner.playing().is_some() => {
                    let messages = self.session.news();
                    self.send_all(messages).await?
                }
                () = sleep_until(silence) => {
                    inner.log(&format!("socket {}: closed, for it was silent", self.session.id));
                    self.close(CloseCode::Policy, "idle for too long").await?;
                    Next::End
                }
            };
        }
    }

    async fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), Error> {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        self.stream.close(Some(frame)).await
    }

    async fn receive(&mut self, message: Message) -> Result<Next, Error> {
        let text = match message {
            Message::Text(text) => text.as_str().to_owned(),
            Message::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            // Pings are answered where frames are read.
            Message::Close(_) => return Ok(Next::On),
            _ => return Ok(Next::On),
        };
        let inner = self.session.inner.clone();
        let ids = self.session.ids_of(&text);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let before = inner.faults.now(&ids, |kind| {
            matches!(kind, Kind::SlowReader(_) | Kind::HalfOpen)
        });
        for kind in before {
            match kind {
                Kind::SlowReader(wait) => sleep(wait).await,
                _ => return Ok(Next::Hang),
            }
        }
        self.session.record("sent", &text);
        let answers = self.session.receive(&text);
        inner.log(&format!(
            "socket {}: {} → {}",
            self.session.id,
            ids.first().unwrap_or(&"(nothing described)"),
            answers
                .iter()
                .filter_map(|out| out.ids.first().map(String::as_str))
                .collect::<Vec<_>>()
                .join(", ")
        ));
        self.send_all(answers).await
    }

    async fn send_all(&mut self, messages: Vec<Out>) -> Result<Next, Error> {
        for message in messages {
            match self.send(message).await? {
                Next::On => {}
                end => return Ok(end),
            }
        }
        Ok(Next::On)
    }

    /// Sends a message, with what goes wrong with it.
    async fn send(&mut self, message: Out) -> Result<Next, Error> {
        let ids: Vec<&str> = message.ids.iter().map(String::as_str).collect();
        let asked = if message.feed { of_feeds } else { of_others };
        let faults = self.session.inner.faults.now(&ids, asked);
        // Even a sleep of no time takes a millisecond.
        let wait = fault::latency(&faults);
        if !wait.is_zero() {
            sleep(wait).await;
        }
        if faults.contains(&Kind::HalfOpen) {
            return Ok(Next::Hang);
        }
        if faults.contains(&Kind::Truncate) {
            self.truncate(&message.text).await?;
            return Ok(Next::End);
        }
        if faults.contains(&Kind::Drop) {
            return Ok(Next::On);
        }
        if faults.contains(&Kind::Reorder) && self.late.is_none() {
            self.late = Some(message);
            return Ok(Next::On);
        }
        let garble = faults.contains(&Kind::Garble);
        let twice = faults.contains(&Kind::Duplicate);
        let late = self.late.take_if(|_| message.feed);
        self.write(&message, garble).await?;
        if twice {
            self.write(&message, garble).await?;
        }
        if let Some(late) = late {
            self.write(&late, false).await?;
        }
        Ok(Next::On)
    }

    async fn write(&mut self, message: &Out, garble: bool) -> Result<(), Error> {
        let text = if garble {
            fault::garbled(&message.text)
        } else {
            message.text.clone()
        };
        self.session.record("received", &text);
        self.stream.send(Message::text(text)).await
    }

    /// The header of a whole frame, half of its payload, and the end.
    async fn truncate(&mut self, text: &str) -> Result<(), Error> {
        self.stream.flush().await?;
        let mut frame = vec![0x81];
        match text.len() {
            length @ 0..=125 => frame.push(length as u8),
            length @ 126..=0xffff => {
                frame.push(126);
                frame.extend((length as u16).to_be_bytes());
            }
            length => {
                frame.push(127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend(&text.as_bytes()[..text.len() / 2]);
        let stream = self.stream.get_mut();
        stream.write_all(&frame).await?;
        stream.flush().await?;
        Ok(stream.shutdown().await?)
    }
}

fn of_others(kind: Kind) -> bool {
    use Kind::{Garble, HalfOpen, Latency, Truncate};
    matches!(kind, Latency(..) | Truncate | Garble | HalfOpen)
}

fn of_feeds(kind: Kind) -> bool {
    of_others(kind) || matches!(kind, Kind::Drop | Kind::Duplicate | Kind::Reorder)
}
