use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What the stream counts.
#[derive(Debug)]
pub(super) struct Metrics {
    pub(super) events: Counter,
    pub(super) commit_seconds: Histogram,
    pub(super) subscribers: Gauge,
    pub(super) clients_cut: Counter,
    pub(super) log_failing: Gauge,
    pub(super) calls: Gauge,
}

impl Metrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Metrics {
            events: Counter::default(),
            commit_seconds: Histogram::new(exponential_buckets(0.000_01, 4.0, 10)),
            subscribers: Gauge::default(),
            clients_cut: Counter::default(),
            log_failing: Gauge::default(),
            calls: Gauge::default(),
        };
        registry.register("events", "Events delivered", metrics.events.clone());
        registry.register(
            "commit_seconds",
            "Time that the log took for a commit",
            metrics.commit_seconds.clone(),
        );
        registry.register("subscribers", "Subscriptions", metrics.subscribers.clone());
        registry.register("clients_cut", "Clients cut for being slow", metrics.clients_cut.clone());
        registry.register(
            "log_failing",
            "1 while the log cannot be written or synced",
            metrics.log_failing.clone(),
        );
        registry.register("calls", "Calls in the view, ended ones included", metrics.calls.clone());
        metrics
    }
}
