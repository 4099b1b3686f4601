//! Garbage and strangers at the daemon's two doors, the local socket and HTTP.

use anyhow::Context as _;
use hearth_tests::{client::Client, daemon::Daemon};
use hearth_types::ipc::{Code, Command, GetBrowserAccess, GetStatus, IpcError, ServerMessage};
use reqwest::{RequestBuilder, StatusCode, header};
use serde_json::json;

use super::{expect, money};
use crate::rig::with_rig;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_and_strangers() -> anyhow::Result<()> {
    with_rig(async |rig| {
        let before = money(&rig.renter).await?;
        garbage_on_the_socket(&rig.renter).await?;
        strangers_over_http(&rig.renter).await?;
        anyhow::ensure!(rig.renter.process()?.is_alive(), "the daemon is dead");
        anyhow::ensure!(money(&rig.renter).await? == before, "something changed");
        Ok(())
    })
    .await
}

async fn garbage_on_the_socket(daemon: &Daemon) -> anyhow::Result<()> {
    let mut client = daemon.connect().await?;
    let lines = [
        "no json",
        "{}",
        "[]",
        r#"{"id":1,"command":{"command":"no_such_command"}}"#,
        r#"{"id":1,"command":{"command":"stake","device":"0","amount":"5"}}"#,
        r#"{"id":1,"command":{"command":"pause_lending","seconds":-1}}"#,
        r#"{"id":18446744073709551616,"command":{"command":"get_status"}}"#,
    ];
    for line in lines {
        client.send_bytes(format!("{line}\n").as_bytes()).await?;
        expect(&refusal(&mut client).await?, Code::BadRequest).with_context(|| line.to_owned())?;
    }
    // The same connection still serves.
    client.ask(GetStatus {}).await?;
    // Bytes that are no text end the connection that sent them, and no other.
    let mut rude = daemon.connect().await?;
    rude.send_bytes(&[0xff, 0xfe, 0, b'\n']).await?;
    // A connection that is cut in the middle of a line.
    daemon.connect().await?.send_bytes(b"{\"id\":1,").await?;
    client.ask(GetStatus {}).await?;
    Ok(())
}

async fn refusal(client: &mut Client) -> anyhow::Result<IpcError> {
    loop {
        match client.message().await? {
            ServerMessage::Error { error, .. } => return Ok(error),
            ServerMessage::Event(_) => {}
            ServerMessage::Ok { reply, .. } => anyhow::bail!("it was taken: {reply}"),
        }
    }
}

async fn strangers_over_http(daemon: &Daemon) -> anyhow::Result<()> {
    let access = daemon.ask(GetBrowserAccess {}).await?;
    let at = |path: &str| format!("{}{path}", access.url);
    let http = hearth_tests::http().no_proxy().build()?;
    let status = serde_json::to_string(&Command::from(GetStatus {}))?;
    let ask = || http.post(at("/ipc")).body(status.clone());
    let pair = |code: &str| http.post(at("/pair")).json(&json!({ "code": code }));

    expect_refusal(ask(), StatusCode::UNAUTHORIZED, Code::Forbidden).await?;
    expect_refusal(http.get(at("/events")), StatusCode::UNAUTHORIZED, Code::Forbidden).await?;
    let guess = ask().header(header::COOKIE, "hearth_session=guess");
    expect_refusal(guess, StatusCode::UNAUTHORIZED, Code::Forbidden).await?;

    // A page elsewhere, even one that knows the code, and a name that was bound to this address.
    for foreign in ["http://evil.example", "null", "https://127.0.0.1"] {
        let cross = pair(&access.pairing_code).header(header::ORIGIN, foreign);
        expect_refusal(cross, StatusCode::FORBIDDEN, Code::Forbidden).await?;
    }
    let rebound = pair(&access.pairing_code).header(header::HOST, "evil.example");
    expect_refusal(rebound, StatusCode::FORBIDDEN, Code::Forbidden).await?;
    // A form can send text without asking first; it is no JSON.
    let form = http.post(at("/pair")).header(header::CONTENT_TYPE, "text/plain");
    let answer = form
        .body(json!({ "code": access.pairing_code }).to_string())
        .send()
        .await?;
    anyhow::ensure!(
        answer.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "{answer:?}"
    );

    // The code is still good, once.
    expect_refusal(pair("wrong"), StatusCode::FORBIDDEN, Code::Forbidden).await?;
    let paired = pair(&access.pairing_code).send().await?;
    anyhow::ensure!(paired.status() == StatusCode::NO_CONTENT, "{paired:?}");
    expect_refusal(pair(&access.pairing_code), StatusCode::FORBIDDEN, Code::Forbidden).await?;

    let cookie = paired
        .headers()
        .get(header::SET_COOKIE)
        .context("a cookie")?
        .to_str()?;
    for attribute in ["HttpOnly", "SameSite=Strict"] {
        anyhow::ensure!(cookie.contains(attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let ask = |body: String| http.post(at("/ipc")).header(header::COOKIE, &cookie).body(body);
    anyhow::ensure!(
        ask(status.clone()).send().await?.status() == StatusCode::OK,
        "the paired browser"
    );
    for garbage in ["", "no json", "{}", "{\"command\":\"no_such_command\"}"] {
        expect_refusal(ask(garbage.to_owned()), StatusCode::BAD_REQUEST, Code::BadRequest).await?;
    }
    // A paired browser is no way round the checks of its address, and invites no other browser.
    for (name, foreign) in [
        (header::ORIGIN, "http://evil.example"),
        (header::HOST, "evil.example"),
    ] {
        expect_refusal(
            ask(status.clone()).header(name, foreign),
            StatusCode::FORBIDDEN,
            Code::Forbidden,
        )
        .await?;
    }
    let invite = serde_json::to_string(&Command::from(GetBrowserAccess {}))?;
    expect_refusal(ask(invite), StatusCode::FORBIDDEN, Code::Forbidden).await
}

async fn expect_refusal(request: RequestBuilder, status: StatusCode, code: Code) -> anyhow::Result<()> {
    let answer = request.send().await?;
    let found = answer.status();
    let text = answer.text().await?;
    anyhow::ensure!(found == status, "{status} was expected: {found} {text}");
    let error = serde_json::from_str(&text).with_context(|| text.clone())?;
    expect(&error, code)
}
