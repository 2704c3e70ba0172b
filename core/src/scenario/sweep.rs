//! A sweep: one scenario at several rates and with several numbers of replicas.

use super::{Scenario, ScenarioError};

impl Scenario {
    /// Every combination of the rates and the numbers of replicas, each a list split by commas, the replicas changing
    /// fastest. An empty list stands for what the scenario has. All are checked before any is run.
    ///
    /// ```
    /// use warmpath_core::scenario::Scenario;
    /// let points = Scenario::default().swept("10, 20", "4,8").unwrap();
    /// let at = |n: usize| (points[n].rate, points[n].replicas);
    /// assert_eq!((points.len(), at(0), at(1), at(3)), (4, (10.0, 4), (10.0, 8), (20.0, 8)));
    /// assert_eq!(Scenario::default().swept("", "").unwrap(), [Scenario::default()]);
    /// ```
    ///
    /// # Errors
    /// What is out of range, or does not go with the rest.
    pub fn swept(&self, rates: &str, replicas: &str) -> Result<Vec<Self>, ScenarioError> {
        let mut points = vec![self.clone()];
        for (flag, values) in [("rate", rates), ("replicas", replicas)] {
            if values.trim().is_empty() {
                continue;
            }
            let mut longer = Vec::new();
            for point in &points {
                for value in values.split(',') {
                    let mut point = point.clone();
                    point.set(flag, value.trim())?;
                    point.check()?;
                    longer.push(point);
                }
            }
            points = longer;
        }
        Ok(points)
    }
}
