/* zlib for Swift. Linked statically: docs/adr/0008-streamlits-cookie.md. */
#include <zlib.h>
