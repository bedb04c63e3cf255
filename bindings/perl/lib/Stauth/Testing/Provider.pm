package Stauth::Testing::Provider;
use strict;
use warnings;

use Digest::SHA     ();
use JSON::PP        ();
use MIME::Base64    ();
use Stauth::Library ();

# Answers the library's requests inside of the process, for all issuers.

my $ISSUER   = 'https://provider.test';
my $METADATA = '/.well-known/openid-configuration';

sub new {
    my ($class) = @_;
    my $self    = bless {claims => {}}, $class;    # by code, and then by refresh token
    $self->{secret} = $self->new_secret;
    return $self;
}

sub new_secret {
    open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
    (read $random, my $bytes, 32) == 32 or die "/dev/urandom: $!\n";
    return unpack 'H*', $bytes;
}

sub settings {
    my ($self, $section, $folder) = @_;
    return (
        "$section.client_id"                    => 'test',
        "$section.client_secret"                => $self->{secret},
        "$section.server_metadata_url"          => "$ISSUER$folder$METADATA",
        "$section.id_token_signed_response_alg" => 'HS256',
    );
}

# Stands in for the user's consent: a code for these claims.
sub authorize {
    my ($self, $claims) = @_;
    my $code = $self->new_secret;
    $self->{claims}{$code} = $claims;
    return $code;
}

# Answers an st_exchange.
sub answer {
    my ($self, $exchange) = @_;
    Stauth::Library::call('st_exchange_body', $exchange, \my $address, \my $length);
    my $sent   = Stauth::Library::bytes_at($address, $length);
    my $answer = $self->_answer_to(Stauth::Library::st_exchange_url($exchange), $sent) // return;
    my $body   = JSON::PP->new->utf8->encode($answer);
    Stauth::Library::call('st_exchange_add_header', $exchange, 'Content-Type', 'application/json');
    return Stauth::Library::call('st_exchange_respond', $exchange, 200, $body, length $body);
}

sub _answer_to {
    my ($self, $url, $body) = @_;
    return _metadata($1) if $url =~ /^(.*)\Q$METADATA\E$/;
    return {keys => []}  if $url =~ m{/keys$};               # the ID token is signed with the client's secret
    my ($code) = $body =~ /(?:^|&)(?:code|refresh_token)=(\w+)/ or return;
    my $claims = delete $self->{claims}{$code} // return;
    return {
        access_token  => $self->new_secret,
        token_type    => 'Bearer',
        expires_in    => 3600,
        refresh_token => $self->authorize($claims),
        id_token      => $self->_id_token($claims),
    };
}

sub _metadata {
    my ($issuer) = @_;
    return {
        issuer                                         => $issuer,
        authorization_endpoint                         => "$issuer/authorize",
        token_endpoint                                 => "$issuer/token",
        jwks_uri                                       => "$issuer/keys",
        response_types_supported                       => ['code'],
        subject_types_supported                        => ['public'],
        id_token_signing_alg_values_supported          => ['HS256'],
        authorization_response_iss_parameter_supported => JSON::PP::true,
    };
}

sub _id_token {
    my ($self, $claims) = @_;
    my @parts  = ({alg => 'HS256'}, {aud => 'test', iat => time, exp => time + 300, %$claims});
    my $signed = join '.', map { MIME::Base64::encode_base64url(JSON::PP->new->utf8->encode($_)) } @parts;
    return "$signed." . Digest::SHA::hmac_sha256_base64($signed, $self->{secret}) =~ tr{+/}{-_}r;
}

1;
