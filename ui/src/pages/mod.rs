//! One module a page.

mod deployments;
mod devices;
mod earnings;
mod home;
mod onboarding;
mod pair;
mod rent;
mod settings;
mod wallet;

pub(crate) use deployments::{DeploymentPage, DeploymentsPage};
pub(crate) use devices::DevicesPage;
pub(crate) use earnings::{EarningsPage, StatementPage};
pub(crate) use home::HomePage;
pub(crate) use onboarding::OnboardingPage;
pub(crate) use pair::PairPage;
pub(crate) use rent::RentPage;
pub(crate) use settings::SettingsPage;
pub(crate) use wallet::WalletPage;
