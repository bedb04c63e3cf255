package Stauth::Log;
use strict;
use warnings;
use parent 'Stauth::Unique';    # the closure, which a thread that ends would free

use FFI::Platypus ();

# Where the library's events go: lines of logfmt, and a level. By default to STDERR.

my %LEVELS = (info => 1, warning => 2, error => 3);
my @NAMES  = ('', qw(info warning error));
my ($kept, $logger, $least);

# $logger: a sub that gets "info", "warning" or "error", and a line; undef for STDERR.
sub set_logger {
    ($logger) = @_;
    return;
}

sub write_event {
    my ($level, $line) = @_;
    return $logger->($level, $line) if $logger;
    $least //= _level_of_environment();
    print STDERR "stauth: level=$level $line\n" if $LEVELS{$level} >= $least;
    return;
}

sub _level_of_environment {
    my $name = $ENV{STAUTH_LOG} // '';
    return $LEVELS{$name}                                             if $LEVELS{$name};
    warn "STAUTH_LOG must be info, warning or error, not \"$name\"\n" if length $name;
    return $LEVELS{warning};
}

# The function that all applications log with. It lives as long as the process, since the library may call it at any
# time. What the logger raises ends here, not in the request.
sub callback {
    $kept = bless {closure => FFI::Platypus->new(api => 2)->closure(\&_receive)} if ref $kept ne __PACKAGE__;
    return $kept->{closure};
}

sub _receive {
    my ($level, $line) = @_;
    local ($@, $!, $?);

    # What handles the warning may raise an exception, too. C's functions, through which this came, must return.
    eval {
        eval { write_event($NAMES[$level] // 'warning', $line); 1 } or warn "stauth: the logger failed: $@";
    };
    return;
}

1;
