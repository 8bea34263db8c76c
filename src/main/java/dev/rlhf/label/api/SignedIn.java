package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;

/**
 * Whose session a request belongs to.
 *
 * @param csrf what requests that change something must repeat in a header, which another site's page cannot know
 */
public record SignedIn(Labeler labeler, Role role, String csrf) {}
