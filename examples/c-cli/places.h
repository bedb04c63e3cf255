/* Where the program's files are. Never in the current folder, which may be anybody's: whoever writes the settings names
   the provider, the proxy and the certificate authorities that get the session's refresh token. */
#ifndef PLACES_H
#define PLACES_H

enum { LONGEST_PATH = 4096 };

/* C_CLI_SETTINGS, or c-cli/settings.toml in the user's configuration folder: XDG_CONFIG_HOME, or ~/.config. */
void find_settings(char path[LONGEST_PATH]);

/* C_CLI_SESSION, or ~/.c-cli. */
void find_session(char path[LONGEST_PATH]);

#endif
