//! What nobody should send: each is answered or its connection ended, and the mock goes on.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use venue_mock::{Mock, Options, Scheme};

use crate::feeds::started;
use crate::support::api;

/// Bytes on a connection of its own, and what comes back until it ends.
async fn sent(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A refusal may come, and the connection end, before all is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(std::time::Duration::from_secs(5), read).await;
    assert!(
        read.is_ok(),
        "no end after {}",
        String::from_utf8_lossy(&answer)
    );
    answer
}

async fn mock() -> String {
    started(&Mock::new(api("sfox"), Options::default())).await
}

#[tokio::test]
async fn bad_requests_are_refused_with_a_status() {
    let address = mock().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let length = deep.len();
    let key = "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let post =
        "POST /v1/orders/buy HTTP/1.1\r\nauthorization: Bearer k\r\ncontent-type: application/json";
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version:";
    for (request, status) in [
        (
            format!("{post}\r\ncontent-length: {length}\r\n\r\n{deep}"),
            422,
        ),
        (
            format!("{post}\r\ncontent-length: 99999999999\r\n\r\n[]"),
            413,
        ),
        (
            format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(600_000)),
            431,
        ),
        ("GET /ws HTTP/1.1\r\n\r\n".into(), 426),
        (format!("GET /ws HTTP/1.1\r\n{upgrade} 8\r\n{key}\r\n"), 426),
        (format!("GET /ws HTTP/1.1\r\n{upgrade} 13\r\n\r\n"), 400),
        (
            format!("GET /ws HTTP/1.1\r\n{upgrade} 13\r\nsec-websocket-key: zz\r\n\r\n"),
            400,
        ),
        (
            format!("GET /nowhere HTTP/1.1\r\n{upgrade} 13\r\n{key}\r\n"),
            404,
        ),
        (
            format!("POST /ws HTTP/1.1\r\n{upgrade} 13\r\n{key}\r\n"),
            426,
        ),
        ("\u{16}\u{3}\u{1}".into(), 400),
    ] {
        let mut request = request.replacen("\r\n", "\r\nhost: x\r\n", 1);
        if !request.contains("connection:") {
            request = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        }
        let head = request.chars().take(150).collect::<String>();
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.expect(&head);
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer, format!("HTTP/1.1 {status}"), "{head}");
    }
}

/// The time is the test's own: it passes when nobody has anything to do.
#[tokio::test(start_paused = true)]
async fn the_head_of_a_request_is_waited_for_half_a_minute() {
    let whole = "GET /v1/user/balance HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n\r\n";
    for (start, rest) in [
        // Stops amid the head; a byte a second, which no single read would find too slow; says
        // nothing; says nothing after a request that was answered.
        ("GET /v1/us", ""),
        (
            "GET /v1/user/balance HTTP/1.1\r\nx: ",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        ("", ""),
        (whole, ""),
    ] {
        let mock = Mock::new(api("sfox"), Options::default());
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let began = Instant::now();
        tokio::spawn(async move {
            mock.connection(server, "127.0.0.1".into(), Scheme::Plain)
                .await;
        });
        client.write_all(start.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let mut rest = rest.bytes();
        loop {
            let read = tokio::time::timeout(Duration::from_secs(1), client.read_buf(&mut answer));
            match (read.await, rest.next()) {
                (Ok(read), _) if read.as_ref().is_ok_and(|read| *read > 0) => {}
                (Ok(_), _) => break,
                (Err(_), Some(byte)) => client.write_all(&[byte]).await.expect("sent"),
                (Err(_), None) => {}
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "no end after {start:?}"
            );
        }
        let waited = began.elapsed().as_secs();
        assert!((29..=31).contains(&waited), "{waited} s after {start:?}");
        assert_eq!(answer.is_empty(), start != whole, "{start:?}");
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_of_a_socket_ends_it_and_says_why() {
    let address = mock().await;
    let open = "GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    let huge = [&[0x81, 0xff][..], &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    for (frame, code) in [
        (&[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe][..], 1007_u16),
        (&[0x81, 0x02, b'{', b'}'], 1002),
        (&[0x85, 0x80, 0, 0, 0, 0], 1002),
        (&huge, 1009),
    ] {
        let answer = sent(&address, &[open.as_bytes(), frame].concat()).await;
        let told = [&[0x88, 2][..], &code.to_be_bytes()].concat();
        assert!(answer.starts_with(b"HTTP/1.1 101"));
        assert!(
            answer.ends_with(&told),
            "{code}: {:?}",
            answer.last_chunk::<8>()
        );
    }
}
