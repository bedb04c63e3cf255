package Stauth::Library;
use strict;
use warnings;

use Encode                ();
use FFI::Platypus         ();
use FFI::Platypus::Buffer ();
use FFI::Platypus::DL     ();
use File::Basename        ();
use JSON::PP              ();
use POSIX                 ();
use Stauth::Declarations  ();
use Stauth::Error         ();

# Finds libstauth.so.0, loads it once, and turns its errors into exceptions. Its functions are subs of this package.

our $NAME = 'libstauth.so.0';

# The header that this binding was written for. Before 1.0, the same minor number means the same ABI.
our @VERSION = (0, 2);
my ($loaded, %functions);

# Loads the library on the first call.
sub load {
    return if $loaded;
    my $named   = $ENV{STAUTH_LIBRARY} // '';
    my $bundled = File::Basename::dirname(__FILE__) . "/$NAME";
    my @tried;
    for my $path (length $named ? $named : ((grep { -e } $bundled), $NAME)) {
        return if eval { attach($path); $loaded = 1 };
        push @tried, "$path: " . ($@ =~ s/ at \S+ line \d+(?:, <.*)?\.\n\z//r);
    }
    my $hint = 'Install the library, or set STAUTH_LIBRARY to the file.';
    die Stauth::Error::LibraryNotFound->new(join("\n", "$NAME could not be loaded. $hint Tried:", @tried),
        code => 'library_not_found');
}

sub attach {
    my ($path) = @_;
    my $handle = FFI::Platypus::DL::dlopen($path, FFI::Platypus::DL::RTLD_PLATYPUS_DEFAULT())
      // die FFI::Platypus::DL::dlerror();
    my $ffi = FFI::Platypus->new(api => 2, lib => $path);
    $ffi->type($Stauth::Declarations::LOG => 'st_log');
    my $declared = \%Stauth::Declarations::FUNCTIONS;
    for my $name (sort keys %$declared) {
        my ($result, @arguments) = @{$declared->{$name}};
        $ffi->find_symbol($name) // die "has no $name";
        no warnings 'redefine';    # after a library that lacks another function
        $ffi->attach($name => \@arguments => $result);
        $functions{$name} = __PACKAGE__->can($name);
    }
    FFI::Platypus::DL::dlclose($handle);
    my $found  = join '.', int(st_version_number() / 10_000), int(st_version_number() / 100) % 100;
    my $wanted = join '.', @VERSION;
    die "is version $found, and $wanted is needed" if $found ne $wanted;
    return;
}

# Calls a function whose last argument is an st_error **. Raises the error that it stores. When Perl ends, destructors run
# in any order: the function that the library logs with may be gone.
sub call {
    my $name = shift;
    die Stauth::Error::InvalidArgument->new('the program is ending', code => 'invalid_handle')
      if ${^GLOBAL_PHASE} eq 'DESTRUCT';
    my $status = $functions{$name}->(@_, \my $error);
    return if $status == 0;
    my $exception = exception($status, $error);
    st_error_free($error);
    die $exception;
}

# An st_error as an exception. The caller still frees the error.
sub exception {
    my ($status,  $error) = @_;
    my ($message, $code)  = (st_error_message($error), st_error_code($error));
    return Stauth::Error::InternalError->new('the library failed without a reason: ' . st_status_name($status))
      unless defined $message && defined $code;
    return Stauth::Error->kind($status)->new(
        Encode::decode('UTF-8', $message),
        code                 => $code,
        http_status          => st_error_http_status($error),
        provider_code        => st_error_provider_code($error),
        provider_description => st_error_provider_description($error),
    );
}

# Text for a C function, as UTF-8.
sub text {
    my ($value) = @_;
    die Stauth::Error->invalid_text('expected text, not a reference or undef') if !defined $value || ref $value;
    my $bytes = Encode::encode('UTF-8', "$value");
    return octets($bytes);
}

# Bytes as received, such as a target or a header.
sub octets {
    my $bytes = bytes(@_);
    die Stauth::Error->invalid_text('text must not contain a NUL') if index($bytes, "\0") >= 0;
    return $bytes;
}

# Bytes of any kind, such as a body.
sub bytes {
    my ($bytes) = @_;
    die Stauth::Error->invalid_text('expected bytes, not characters above 255')
      if !defined $bytes || ref $bytes || !utf8::downgrade($bytes, 1);
    return $bytes;
}

# The bytes that an output points to.
sub bytes_at {
    my ($address, $length) = @_;
    return $length ? FFI::Platypus::Buffer::buffer_to_scalar($address, $length) : '';
}

# What a function writes to a buffer, however long it is. Each call has its own, because a signal's handler may run
# between any two of these lines and ask about another user.
sub written {
    my ($name, @arguments) = @_;
    my $capacity = 4 * 1024;
    while (1) {
        my $buffer  = "\0" x $capacity;
        my $length  = 0;
        my $address = FFI::Platypus::Buffer::scalar_to_pointer($buffer);
        return substr $buffer, 0, $length if eval { call($name, @arguments, $address, $capacity, \$length); 1 };
        die $@ if $length <= $capacity;
        $capacity = 2 * $length;    # it may grow meanwhile
    }
}

# JSON::PP parses one text at a time. A signal's handler that asks about another user waits until it has.
sub decoded {
    my ($json) = @_;
    my ($all, $before) = (POSIX::SigSet->new, POSIX::SigSet->new);
    $all->fillset;
    POSIX::sigprocmask(POSIX::SIG_BLOCK(), $all, $before);
    my $value = eval { JSON::PP->new->utf8->decode($json) };
    POSIX::sigprocmask(POSIX::SIG_SETMASK(), $before);
    return $value // die $@;
}

1;
