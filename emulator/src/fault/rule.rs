//! One rule about faults: by operation, job type, place in the row and chance.
//! It counts the requests that it fits; what it does to them is an effect.

use super::Effect;

/// What a request for a token is called; no operation of the API is.
pub(crate) const TOKEN: &str = "token";

/// A request as rules look at it.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    /// None for what is no operation of the API.
    pub(crate) operation: Option<&'static str>,
    /// The type of the job or jobs that it is about.
    pub(crate) job_type: Option<&'a str>,
}

/// Which requests are struck, and how.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Every operation of the API if none is named.
    pub(crate) operation: Option<String>,
    pub(crate) job_type: Option<String>,
    /// How many requests that fit are spared first.
    pub(crate) skip: u32,
    /// Of the others each so many-th may be struck: 2 is every second one.
    pub(crate) every: u32,
    /// How many of them came so far.
    pub(crate) came: u32,
    /// How many are struck; none: all.
    pub(crate) times: Option<u32>,
    /// Of those that would be struck, which part is, and the state of the dice.
    pub(crate) chance: Option<(f64, u64)>,
    pub(crate) effect: Effect,
}

impl Rule {
    pub(crate) fn strike(&mut self, case: &Case<'_>) -> Option<Effect> {
        let operation = match self.operation.as_deref() {
            Some(wanted) => case.operation == Some(wanted),
            None => case.operation != Some(TOKEN),
        };
        let fits = operation && self.job_type.as_deref().is_none_or(|wanted| case.job_type == Some(wanted));
        if !fits || self.is_over() {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.came = self.came.wrapping_add(1);
        if !self.came.is_multiple_of(self.every.max(1)) {
            return None;
        }
        if let Some((chance, seed)) = &mut self.chance
            && roll(seed) >= *chance
        {
            return None;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        Some(self.effect.clone())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.times == Some(0)
    }
}

/// The next number of a row that the seed determines, from 0 to 1 (SplitMix64).
fn roll(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::{Case, Effect, Rule, TOKEN};

    fn rule() -> Rule {
        let effect = Effect::Drop { after: 0 };
        Rule { operation: None, job_type: None, skip: 0, every: 1, came: 0, times: None, chance: None, effect }
    }

    fn struck(mut rule: Rule, requests: usize) -> Vec<usize> {
        let case = Case { operation: Some("completeJob"), job_type: Some("charge") };
        (0..requests).filter(|_| rule.strike(&case).is_some()).collect()
    }

    #[test]
    fn the_third_completion_is_struck_and_no_other() {
        let third = Rule { operation: Some("completeJob".to_owned()), skip: 2, times: Some(1), ..rule() };
        assert_eq!(struck(third.clone(), 6), [2]);
        assert!(struck(Rule { operation: Some("failJob".to_owned()), ..third.clone() }, 6).is_empty());
        assert!(struck(Rule { job_type: Some("ship".to_owned()), ..third }, 6).is_empty());
    }

    #[test]
    fn every_second_one_is_struck_after_those_that_are_spared() {
        assert_eq!(struck(Rule { skip: 1, every: 2, ..rule() }, 7), [2, 4, 6]);
        assert_eq!(struck(Rule { every: 3, times: Some(2), ..rule() }, 12), [2, 5]);
    }

    #[test]
    fn requests_for_tokens_are_struck_by_name_only() {
        let token = Case { operation: Some(TOKEN), job_type: None };
        assert!(rule().strike(&token).is_none());
        assert!(Rule { operation: Some(TOKEN.to_owned()), ..rule() }.strike(&token).is_some());
    }

    #[test]
    fn a_seed_strikes_the_same_requests_again_and_about_as_many_as_asked() {
        let some = |seed| struck(Rule { chance: Some((0.25, seed)), ..rule() }, 1000);
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
        assert!((200..300).contains(&some(7).len()), "{}", some(7).len());
    }
}
