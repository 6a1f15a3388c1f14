package Test::WhatsAuth::Provider;

=head1 NAME

Test::WhatsAuth::Provider - what behaves like the APIs of Meta and Twilio

=head1 SYNOPSIS

    my $provider = start_provider(tls => [ $ca->issue('api.test') ]);

    $provider->meta('api.test');            # https://api.test:PORT/v26.0
    $provider->twilio('api.test');          # https://api.test:PORT
    $provider->meta(undef, '/400/131047');  # one that refuses all, over http

    my @sent = $provider->requests;         # as of a receiver

=head1 DESCRIPTION

A L<Test::WhatsAuth::Receiver> that answers a good request as the API of its
path does, with 200 or 201, and one that the API would not take with 400.  Its
own tokens are C<$ACCESS_TOKEN>, and for Twilio C<$ACCOUNT_SID> and
C<$AUTH_TOKEN> of L<Test::WhatsAuth::Twilio>; another gets a 401.

=over

=item meta($host, $fault), twilio($host, $fault)

The base that C<api=> is given.  $fault is a path to what every request shall
come to: C</STATUS/CODE> is an error of that API, C</STATUS/CODE/BYTES> the
same with so large a header, and all others are those of a receiver.

=item replies($wanted, $seconds)

All requests, as soon as there are as many as $wanted.

=item count()

How many there are so far.

=item stays_at($wanted)

Whether there are as many, and no more come within a second.

=back

=cut

use strict;
use warnings;

use parent qw( Test::WhatsAuth::Receiver );

use Exporter qw( import );
use JSON::PP ();
use MIME::Base64 qw( encode_base64 );
use Test::WhatsAuth qw( wait_until );
use Test::WhatsAuth::Twilio qw( $ACCOUNT_SID $AUTH_TOKEN );
use Time::HiRes qw( sleep );

our @EXPORT = qw( start_provider $ACCESS_TOKEN );

our $ACCESS_TOKEN = 'access-token-of-the-demo-app';


sub start_provider {
    return __PACKAGE__->start(@_);
}


sub meta {
    my ($self, $host, $fault) = @_;

    return $self->url(($fault // '') . '/v26.0', $host);
}


sub twilio {
    my ($self, $host, $fault) = @_;

    return $self->url($fault // '', $host);
}


sub replies {
    my ($self, $wanted, $seconds) = @_;

    wait_until { $self->count >= $wanted } $seconds;
    return $self->requests;
}


sub count {
    my ($self) = @_;

    return scalar(() = $self->requests);
}


sub stays_at {
    my ($self, $wanted) = @_;

    $self->replies($wanted);
    sleep 1;

    return $self->count == $wanted;
}


# Here the receiver passes what it has read.

sub record {
    my ($self, $request) = @_;

    $self->{request} = $request;
    return $self->SUPER::record($request);
}


sub answer {
    my ($self, $client, $target, $before) = @_;

    my $of_twilio = $target =~ m{/2010-04-01/};

    if ($target =~ m{^/([45]\d\d)/(\d+)/(?:(\d+)/)?}) {
        return send_answer($client, $of_twilio, $1, $2, $3);
    }

    return send_answer($client, 1, $self->answer_of_twilio) if $of_twilio;
    return send_answer($client, 0, $self->answer_of_meta)
        if $target =~ m{^/v26\.0/};

    return $self->SUPER::answer($client, $target, $before);
}


# A status and, where it is an error, its code.

sub answer_of_meta {
    my ($self) = @_;

    my ($method, $target, $headers, $body)
        = @{ $self->{request} }{qw( method target headers body )};
    my $json = eval { JSON::PP->new->decode($body) } // {};

    return 401, 190
        if ($headers->{authorization} // '') ne "Bearer $ACCESS_TOKEN";
    return 400, 100
        unless $method eq 'POST' && $target =~ m{^/v26\.0/\d+/messages\z}
            && ($headers->{'content-type'} // '') eq 'application/json'
            && ($json->{messaging_product} // '') eq 'whatsapp'
            && ($json->{to} // '') =~ /^\+\d{7,15}\z/
            && ($json->{type} // '') eq 'text'
            && length($json->{text}{body} // '');

    return 200;
}


sub answer_of_twilio {
    my ($self) = @_;

    my ($method, $target, $headers, $body)
        = @{ $self->{request} }{qw( method target headers body )};
    my $basic = encode_base64("$ACCOUNT_SID:$AUTH_TOKEN", '');

    return 401, 20003
        if ($headers->{authorization} // '') ne "Basic $basic";
    return 404, 20404
        unless $method eq 'POST' && $target
            eq "/2010-04-01/Accounts/$ACCOUNT_SID/Messages.json";
    return 400, 21604
        unless $body =~ /\AFrom=[^&]+&To=[^&]+&Body=[^&]+\z/;

    return 201;
}


# The words of a real error hold the number and more that no log may show.

sub send_answer {
    my ($client, $of_twilio, $status, $code, $bytes) = @_;

    my $number = '+56911111111';
    my $answer = $status < 300
        ? $of_twilio ? { sid => 'SM' . '0' x 32, status => 'queued' }
                     : { messaging_product => 'whatsapp',
                         messages => [ { id => 'wamid.reply' } ] }
        : $of_twilio ? { code => $code + 0, message => "no to $number",
                         more_info => 'https://x.test', status => $status }
                     : { error => { code => $code + 0, type => 'OAuth',
                         message => "(#$code) $number $ACCESS_TOKEN",
                         error_data => { details => $number } } };
    my $body = JSON::PP->new->canonical->encode($answer);

    local $SIG{PIPE} = 'IGNORE';

    $client->syswrite("HTTP/1.1 $status Status\r\n"
        . Test::WhatsAuth::Receiver::fields($bytes // 0)
        . "Content-Type: application/json\r\nContent-Length: "
        . length($body) . "\r\nConnection: close\r\n\r\n$body");
}


1;
