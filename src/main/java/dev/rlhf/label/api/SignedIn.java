package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;

/**
 * The user of a session.
 *
 * @param csrf token that requests which change something must send in a header; pages of other sites cannot know it
 */
public record SignedIn(Labeler labeler, Role role, String csrf) {}
