# The figures of c.c, from Perl.
use strict;
use warnings;
use Stauth;
use Stauth::App;
use Stauth::Library;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID);

my ($inputs, $turns, $iterations, $requests_alone) = @ARGV;

sub content_of {
    my ($name) = @_;
    open my $file, '<:raw', "$inputs/$name" or die "$name: $!";
    local $/;
    return scalar <$file>;
}

sub must { return $_[0] || die 'a figure of something that failed' }

my $app     = Stauth::App->new(secrets => "$inputs/secrets");
my $cookie  = content_of('cookie');
my @headers = map { [split /: /, $_, 2] } split /\n/, content_of('headers');

sub handle_request {
    my $request = $app->request('GET', '/report?id=3', \@headers, client_address => '192.0.2.7');
    must(!$request->begin);
    must($request->user->logged_in);
    must($request->status == 0 && @{$request->headers});
    $request->close;
    return;
}

my @cases = (
    ['request, Perl',          \&handle_request],
    ['cookie, Perl',           sub { must($app->user_from_cookie($cookie)->logged_in) }],
    ['20 foreign calls, Perl', sub { Stauth::Library::st_version_number() for 1 .. 20 }],
);
@cases = $cases[0] if $requests_alone;

for my $turn (-1 .. $turns - 1) {
    for my $case (@cases) {
        my ($name, $call) = @$case;
        my ($cpu, $wall) = (clock_gettime(CLOCK_PROCESS_CPUTIME_ID), clock_gettime(CLOCK_MONOTONIC));
        $call->() for 1 .. $iterations;
        $wall = clock_gettime(CLOCK_MONOTONIC) - $wall;
        $cpu  = clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $cpu;
        next if $turn < 0;
        printf qq({"name": "%s", "iterations": %d, "seconds": %.9f, "wall": %.9f}\n), $name, $iterations, $cpu, $wall;
    }
}
