//! The tray icon: a picture of the node's state and the few things an owner does without a window.
//!
//! What the menu shows is a pure function of the status ([`view`]); the loop only carries it out.

use std::sync::mpsc;

use hearth_engine::Engine;
use hearth_types::{
    ipc::{Event, PauseLending, Quit, ResumeLending, StartLending, Status, StopLending},
    node::NodeStatus,
};
use tokio::sync::watch;
use tray_icon::{
    Icon, TrayIcon, TrayIconBuilder,
    menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem},
};

/// Whether there is a desktop that could show an icon.
pub(super) fn has_desktop() -> bool {
    cfg!(not(target_os = "linux"))
        || (std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
            && ["DISPLAY", "WAYLAND_DISPLAY"]
                .iter()
                .any(|name| std::env::var_os(name).is_some()))
}

/// What an item does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Open,
    Start,
    Stop,
    Pause,
    Resume,
    Quit,
}

/// The icon and menu for a status.
#[derive(Clone, Debug, PartialEq, Eq)]
struct View {
    picture: Picture,
    tooltip: String,
    items: Vec<(Action, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Picture {
    Idle,
    Lending,
    Paused,
    Blocked,
}

fn view(status: &Status) -> View {
    let lending = (Action::Stop, "Stop lending");
    let (picture, middle): (_, &[_]) = match status.node.status {
        NodeStatus::Down => (Picture::Idle, &[(Action::Start, "Start lending")]),
        NodeStatus::Starting | NodeStatus::Idle | NodeStatus::Hired => {
            (Picture::Lending, &[(Action::Pause, "Pause for 1 hour"), lending])
        }
        NodeStatus::Paused => (Picture::Paused, &[(Action::Resume, "Resume lending"), lending]),
        NodeStatus::Blocked => (Picture::Blocked, &[lending]),
    };
    let mut items = vec![(Action::Open, "Open Hearth")];
    items.extend_from_slice(middle);
    items.push((Action::Quit, "Quit"));
    View {
        picture,
        tooltip: format!("Hearth: {}", status.node.reason.text()),
        items,
    }
}

/// What is on the desktop now, and which menu item does what.
type Shown = (View, TrayIcon, Vec<(String, Action)>);

enum Message {
    Show(Box<Status>),
    Clicked(String),
    End,
}

/// Shows the icon until the daemon quits. Blocks; belongs on the main thread.
pub(super) fn run(engine: &Engine, runtime: &tokio::runtime::Handle, mut quit: watch::Receiver<bool>) {
    let (messages, inbox) = mpsc::channel();
    let clicks = messages.clone();
    MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
        let _ = clicks.send(Message::Clicked(event.id.0));
    }));
    let mut events = engine.events();
    let engine_for_status = engine.clone();
    runtime.spawn(async move {
        let _ = messages.send(Message::Show(Box::new(engine_for_status.status().await)));
        loop {
            let next = tokio::select! {
                _ = quit.wait_for(|quit| *quit) => None,
                event = events.recv() => Some(event),
            };
            match next {
                Some(Ok(Event::Status { status })) => {
                    let _ = messages.send(Message::Show(status));
                }
                Some(Ok(_)) | Some(Err(tokio::sync::broadcast::error::RecvError::Lagged(_))) => {}
                Some(Err(tokio::sync::broadcast::error::RecvError::Closed)) | None => {
                    let _ = messages.send(Message::End);
                    return;
                }
            }
        }
    });
    let mut shown: Option<Shown> = None;
    for message in inbox {
        match message {
            Message::Show(status) => {
                let view = view(&status);
                if shown.as_ref().is_none_or(|(old, ..)| *old != view) {
                    shown = show(view, shown.map(|(_, icon, _)| icon));
                }
            }
            Message::Clicked(id) => {
                let action = shown
                    .as_ref()
                    .and_then(|(_, _, ids)| ids.iter().find(|(known, _)| *known == id));
                if let Some((_, action)) = action {
                    act(*action, engine, runtime);
                }
            }
            Message::End => return,
        }
    }
}

/// Decoded when shown: four small files are smaller than four bitmaps.
fn icon(picture: Picture) -> Option<Icon> {
    let file: &[u8] = match picture {
        Picture::Idle => include_bytes!("../../../../icons/tray/idle-32.png"),
        Picture::Lending => include_bytes!("../../../../icons/tray/lending-32.png"),
        Picture::Paused => include_bytes!("../../../../icons/tray/paused-32.png"),
        Picture::Blocked => include_bytes!("../../../../icons/tray/blocked-32.png"),
    };
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    if frame.color_type != png::ColorType::Rgba {
        return None;
    }
    pixels.truncate(frame.buffer_size());
    Icon::from_rgba(pixels, frame.width, frame.height).ok()
}

/// Makes or changes the icon; `None` where the desktop refuses it (lending goes on without).
fn show(view: View, old: Option<TrayIcon>) -> Option<Shown> {
    let menu = Menu::new();
    let mut ids = Vec::new();
    for (action, text) in &view.items {
        if *action == Action::Quit {
            menu.append(&PredefinedMenuItem::separator()).ok()?;
        }
        let item = MenuItem::new(text, true, None);
        menu.append(&item).ok()?;
        ids.push((item.id().0.clone(), *action));
    }
    let tray = match old {
        Some(tray) => {
            tray.set_menu(Some(Box::new(menu)));
            let _ = tray.set_tooltip(Some(&view.tooltip));
            let _ = tray.set_icon(icon(view.picture));
            tray
        }
        None => {
            let builder = TrayIconBuilder::new()
                .with_id("hearth")
                .with_title("Hearth")
                .with_tooltip(&view.tooltip)
                .with_menu(Box::new(menu));
            let builder = match icon(view.picture) {
                Some(icon) => builder.with_icon(icon),
                None => builder,
            };
            builder
                .build()
                .inspect_err(|error| tracing::warn!(%error, "no tray icon"))
                .ok()?
        }
    };
    Some((view, tray, ids))
}

fn act(action: Action, engine: &Engine, runtime: &tokio::runtime::Handle) {
    if action == Action::Open {
        let window = crate::paths::sibling("hearth-window").map(std::process::Command::new);
        if let Err(error) = window.and_then(|mut window| Ok(window.spawn()?)) {
            tracing::warn!("the window could not be opened: {error:#}");
        }
        return;
    }
    let engine = engine.clone();
    runtime.spawn(async move {
        let command = match action {
            Action::Start => StartLending {}.into(),
            Action::Stop => StopLending { force: false }.into(),
            Action::Pause => PauseLending { seconds: 3600 }.into(),
            Action::Resume => ResumeLending {}.into(),
            Action::Quit | Action::Open => Quit { force: false }.into(),
        };
        if let Err(error) = engine.handle(command).await {
            // The reason must reach the owner: the tray has no room for it, the window has.
            tracing::warn!(code = ?error.code, "{}", error.message);
            engine.report(error);
            if let Ok(mut window) = crate::paths::sibling("hearth-window").map(std::process::Command::new) {
                let _ = window.spawn();
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        money::Io,
        network::NetworkKind,
        node::{NodeState, Reason},
    };

    use super::*;

    #[test]
    fn every_picture_decodes() {
        for picture in [Picture::Idle, Picture::Lending, Picture::Paused, Picture::Blocked] {
            assert!(icon(picture).is_some(), "{picture:?}");
        }
    }

    fn status(node: NodeStatus) -> Status {
        Status {
            version: "0".into(),
            network: NetworkKind::Practice,
            network_info: None,
            chain_reachable: true,
            coordinator_reachable: true,
            node: NodeState {
                status: node,
                reason: Reason::NotLending,
                ..NodeState::default()
            },
            wallet: None,
            income_today: Io::ZERO,
            open_leases: vec![],
            problems: vec![],
        }
    }

    #[test]
    fn the_menu_offers_what_makes_sense_now() {
        let actions = |node| {
            view(&status(node))
                .items
                .into_iter()
                .map(|(a, _)| a)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            actions(NodeStatus::Down),
            [Action::Open, Action::Start, Action::Quit]
        );
        assert_eq!(
            actions(NodeStatus::Hired),
            [Action::Open, Action::Pause, Action::Stop, Action::Quit]
        );
        assert_eq!(
            actions(NodeStatus::Paused),
            [Action::Open, Action::Resume, Action::Stop, Action::Quit]
        );
    }
}
