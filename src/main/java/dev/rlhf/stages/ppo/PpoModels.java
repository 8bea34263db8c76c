package dev.rlhf.stages.ppo;

import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;

/** The four models of PPO: policy and critic are trained, the others are frozen. Closed by whoever opened them. */
public record PpoModels(CausalLm policy, CausalLm reference, ScalarModel critic, ScalarModel reward) {}
