/** The tables with which people and programs prove who they are: passwords, sessions, invites, API tokens. */
package dev.rlhf.label.store.credentials;
