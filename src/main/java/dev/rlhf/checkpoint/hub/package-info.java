/**
 * Models of a Hugging Face hub: references by name, the cache folder that Python's {@code huggingface_hub} uses too, and the
 * client that fills it. Only {@link dev.rlhf.checkpoint.hub.Fetch} ever uses the network.
 */
@NullMarked
package dev.rlhf.checkpoint.hub;

import org.jspecify.annotations.NullMarked;
