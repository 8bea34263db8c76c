/**
 * Models of a Hugging Face hub: references by name, the cache folder shared with Python's {@code huggingface_hub}, and
 * the client that fills it. Only {@link dev.rlhf.checkpoint.hub.Fetch} uses the network.
 */
@NullMarked
package dev.rlhf.checkpoint.hub;

import org.jspecify.annotations.NullMarked;
