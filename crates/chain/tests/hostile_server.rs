//! A chain server that answers nonsense: every answer is a typed error, none a panic.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_chain::{
    ChainClient, ChainConfig, ChainError, Keypair, RecentBlockhash,
    client::{Sending, TxError},
    transactions::Priority,
};
use hearth_program_interface::error::ProgramError;
use hearth_types::{
    id::{Address, DeviceId, LeaseId, TxSignature, WalletAddress},
    network::NetworkKind,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// A client of a server that gives this answer to everything.
async fn client_of(status: &'static str, body: String) -> ChainClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rpc_url = format!("http://{}/secret-token", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let body = body.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 16 * 1024];
                let _ = stream.read(&mut request).await;
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(body.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    ChainClient::new(ChainConfig {
        rpc_url,
        network: NetworkKind::Practice,
        program: Address([1; 32]),
        io_mint: Address([2; 32]),
    })
}

fn result(value: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"result":{value}}}"#)
}

/// Asks everything; all must fail, whatever the answer.
async fn everything_fails(chain: &ChainClient) -> Vec<ChainError> {
    let (wallet, signature) = (WalletAddress([3; 32]), TxSignature([4; 64]));
    let recent = RecentBlockhash {
        hash: [8; 32],
        last_valid_block_height: 0,
        slot: None,
        priority: Priority::NONE,
    };
    let owner = Keypair::from_secret(&[9; 32]);
    let transaction = chain
        .transactions()
        .make_token_account(&recent, &owner, wallet)
        .unwrap();
    vec![
        chain.network_account().await.unwrap_err(),
        chain.balances(wallet).await.unwrap_err(),
        chain.device(wallet, DeviceId([5; 32])).await.unwrap_err(),
        chain.devices_of(wallet).await.unwrap_err(),
        chain.lease(LeaseId([6; 32])).await.unwrap_err(),
        chain.latest_blockhash().await.unwrap_err(),
        chain.block_height().await.unwrap_err(),
        chain.signature_status(signature).await.unwrap_err(),
        chain.statuses(&[signature]).await.unwrap_err(),
        chain.transaction_events(signature).await.unwrap_err(),
        chain
            .signatures_for(Address([7; 32]), None, 10)
            .await
            .unwrap_err(),
        chain.try_out(&transaction).await.unwrap_err(),
        chain.confirm(&transaction, Sending::Again).await.unwrap_err(),
        chain.finalized_lease(LeaseId([6; 32])).await.unwrap_err(),
        chain.send_raw(&[1, 2, 3]).await.unwrap_err(),
        chain.rent_for_open().await.unwrap_err(),
    ]
}

#[tokio::test]
async fn nonsense_is_a_bad_answer() {
    let owner = Address([1; 32]);
    for body in [
        "not json".to_owned(),
        "[]".to_owned(),
        result("\"\""),
        result("{\"context\":{\"slot\":1},\"value\":\"?\"}"),
        result(&format!(
            r#"{{"context":{{"slot":1}},"value":{{"lamports":1,"owner":"{owner}","data":["!!","base64"]}}}}"#
        )),
        result(&format!(
            r#"{{"context":{{"slot":1}},"value":[{{"lamports":1,"owner":"{owner}","data":["AQID","base64"]}}]}}"#
        )),
    ] {
        let chain = client_of("200 OK", body.clone()).await;
        for error in everything_fails(&chain).await {
            assert!(matches!(error, ChainError::BadAnswer(_)), "{body}: {error:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let chain = client_of("200 OK", result(&"7".repeat(3 << 20))).await;
    for error in everything_fails(&chain).await {
        assert!(matches!(error, ChainError::Unreachable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_failing_server_is_unreachable_and_its_address_stays_hidden() {
    let chain = client_of("503 Service Unavailable", "<html>".to_owned()).await;
    for error in everything_fails(&chain).await {
        assert!(matches!(error, ChainError::Unreachable(_)), "{error:?}");
        assert!(!format!("{error:?} {chain:?}").contains("secret-token"));
    }
}

#[tokio::test]
async fn a_refusal_by_the_program_is_read_from_the_preflight() {
    let body = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"Transaction simulation failed",
        "data":{"err":{"InstructionError":[2,{"Custom":1400}]},"logs":[],"accounts":null,"unitsConsumed":1,
        "returnData":null,"innerInstructions":null,"replacementBlockhash":null}}}"#;
    let chain = client_of("200 OK", body.to_owned()).await;
    let error = chain.send_raw(&[1, 2, 3]).await.unwrap_err();
    assert!(
        matches!(
            error,
            ChainError::Refused(TxError::Program(ProgramError::QuoteExpired))
        ),
        "{error:?}"
    );
    let elsewhere = chain.health().await.unwrap_err();
    assert!(matches!(elsewhere, ChainError::Refused(_)), "{elsewhere:?}");
}
