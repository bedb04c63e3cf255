package Stauth::User;
use strict;
use warnings;

use Stauth::Library ();

my $SIGNED_IN = '{"is_logged_in":true';    # the library writes this member first

sub new {
    my ($class, $json) = @_;
    return bless {json => $json}, $class;
}

sub anonymous {
    my ($class) = @_;
    return $class->new('{"is_logged_in":false}');
}

sub logged_in {
    my ($self) = @_;
    return index($self->{json}, $SIGNED_IN) == 0;
}

sub claim {
    my ($self, $name) = @_;
    $self->{claims} //= $self->claims;
    return $self->{claims}{$name};
}

sub claims {
    my ($self) = @_;
    return Stauth::Library::decoded($self->{json});
}

sub to_json {
    my ($self) = @_;
    return $self->{json};
}

1;
__END__

=encoding UTF-8

=head1 NAME

Stauth::User - who sent a request

=head1 METHODS

=over

=item logged_in

True if the user is signed in.

=item claim($name)

A claim, such as C<< $user->claim('email') >>; undef if the provider does not send it. Text has characters, not bytes:
encode it before you write it.

=item claims

All claims, in a new hash. Booleans are those of L<JSON::PP>.

=item to_json

All claims as JSON in UTF-8, as the library writes them.

=back

=cut
