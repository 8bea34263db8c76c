/** Fixtures shared by tests of several packages. */
package dev.rlhf.testing;
