//! One subscriber's connection.

use std::{collections::BTreeMap, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::broadcast::error::RecvError,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::subscription::Subscription;
use crate::{
    clock::SLOT_MS,
    rpc::{Params, Rpc, RpcError, request},
};

/// Subscriptions that one connection may hold.
const MAX_SUBSCRIPTIONS: usize = 100;
/// How long a subscriber may take to accept a message.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection's subscriptions, by number.
pub(super) struct Session {
    rpc: Rpc,
    subscriptions: BTreeMap<u64, Subscription>,
    /// The last number given away.
    last: u64,
}

impl Session {
    pub(super) fn new(rpc: Rpc) -> Self {
        Self {
            rpc,
            subscriptions: BTreeMap::new(),
            last: 0,
        }
    }

    /// Serves until either side ends.
    pub(super) async fn serve(mut self, mut socket: WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) {
        let mut feed = self.rpc.chain.ran();
        let chain = self.rpc.chain.clone();
        loop {
            let waits = self.subscriptions.values().any(Subscription::waits);
            let mut out = Vec::new();
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => out.push(self.answer(&text).await),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    // Pings are answered by the library; nothing else is expected.
                    Some(Ok(_)) => {}
                },
                ran = feed.recv() => match ran {
                    Ok(ran) => self.subscriptions.values_mut().for_each(|subscription| subscription.ran(&ran)),
                    // Too much happened at once: look instead of listening.
                    Err(RecvError::Lagged(_)) => if self.look_again().await.is_err() { break },
                    Err(RecvError::Closed) => break,
                },
                () = sleep(Duration::from_millis(SLOT_MS)), if waits => {}
                () = chain.stopped() => break,
            }
            match self.notifications().await {
                Ok(notifications) => out.extend(notifications),
                Err(_) => break,
            }
            for value in out {
                let text = Message::Text(value.to_string().into());
                if !matches!(timeout(PATIENCE, socket.send(text)).await, Ok(Ok(()))) {
                    return;
                }
            }
        }
        // Politeness; the other side may have gone.
        let _ = timeout(PATIENCE, socket.close(None)).await;
    }

    async fn look_again(&mut self) -> Result<(), RpcError> {
        for subscription in self.subscriptions.values_mut() {
            subscription.look(&self.rpc).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, text: &str) -> Value {
        let (id, asked) = request(text.as_bytes());
        let result = match asked {
            Ok((method, params)) => self.call(&method, params).await,
            Err(error) => Err(error),
        };
        crate::rpc::reply(id, result)
    }

    async fn call(&mut self, method: &str, params: Params) -> Result<Value, RpcError> {
        match method {
            "signatureSubscribe" => {
                self.check_room()?;
                let subscription = Subscription::signature(&self.rpc, &params).await?;
                Ok(self.add(subscription))
            }
            "accountSubscribe" => {
                self.check_room()?;
                Ok(self.add(Subscription::account(params)?))
            }
            "signatureUnsubscribe" | "accountUnsubscribe" => {
                let number: u64 = params.required(0, "subscription")?;
                match self.subscriptions.remove(&number) {
                    Some(_) => Ok(json!(true)),
                    None => Err(RpcError::invalid_params("no such subscription")),
                }
            }
            _ => Err(RpcError::method_not_found()),
        }
    }

    fn check_room(&self) -> Result<(), RpcError> {
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            let why = format!("at most {MAX_SUBSCRIPTIONS} subscriptions a connection");
            return Err(RpcError::invalid_request(&why));
        }
        Ok(())
    }

    fn add(&mut self, subscription: Subscription) -> Value {
        self.last = self.last.saturating_add(1);
        self.subscriptions.insert(self.last, subscription);
        json!(self.last)
    }

    /// What is to be told now.
    async fn notifications(&mut self) -> Result<Vec<Value>, RpcError> {
        let now = self.rpc.chain.now();
        let mut told = Vec::new();
        let mut over = Vec::new();
        for (number, subscription) in &mut self.subscriptions {
            if !subscription.take_due(&now) {
                continue;
            }
            let (method, result, ends) = subscription.notification(&self.rpc).await?;
            let params = json!({ "result": result, "subscription": number });
            told.push(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
            if ends {
                over.push(*number);
            }
        }
        for number in over {
            self.subscriptions.remove(&number);
        }
        Ok(told)
    }
}
