package Stauth::Unique;
use strict;
use warnings;

use Carp ();

# For objects with a handle of the library's: a copy would free it, too.

# In another thread of Perl, they are undef.
sub CLONE_SKIP { return 1 }

# By Storable, as for a session or a cache.
sub STORABLE_freeze {
    my ($self) = @_;
    Carp::croak(ref($self) . ' cannot be copied');
}

1;
