package Stauth::Gate;
use strict;
use warnings;
use parent 'Stauth::Unique';

use Carp            ();
use Stauth::Library ();

# Closes an application to all but signed-in users: by require_login in the settings, and by its own open paths. A page is
# open only if both leave it open. The library judges.

sub new {
    my ($class, $app, $require_login, @open_paths) = @_;
    Carp::croak('open_paths has no effect without require_login') if @open_paths && !$require_login;
    my $self = bless {in_settings => $app->requires_login}, $class;
    if ($require_login) {
        my @texts = map { Stauth::Library::text($_) } @open_paths;
        Stauth::Library::call('st_gate_new', \@texts, scalar @texts, \my $handle);
        $self->{handle} = $handle;
    }
    return $self;
}

# Begins the request. True if the response is the library's.
sub begin {
    my ($self, $request, $routed) = @_;
    $request->add_route($routed) if $self->{in_settings};
    return $request->begin || (defined $self->{handle} && !$request->require_login($routed, $self->{handle}));
}

sub DESTROY {
    my ($self) = @_;
    return if ${^GLOBAL_PHASE} eq 'DESTRUCT' || !defined $self->{handle};
    Stauth::Library::st_gate_free($self->{handle});
    return;
}

1;
