package Test::WhatsAuth::Gateway;

=head1 NAME

Test::WhatsAuth::Gateway - messages of a vendor that signs JSON

=head1 SYNOPSIS

    my $nginx = start_nginx(apps => gateway_app(
        callback_url => $receiver->url('/204')));

    gateway_message($nginx, text => ">>$code<<");
    gateway_post($nginx, gateway_body(text => 'x'), secret => 'another');

=head1 DESCRIPTION

=over

=item gateway_app(%options)

The text of a C<whatsauth_app> with a C<gateway>: C<name>, C<token>, C<phone>,
C<callback_url>, C<gateway> (all of the directive's arguments, C<$GATEWAY>),
C<more> (further lines).

=item gateway_body(%option)

The JSON of one message, where C<$POINTERS> looks for it: C<text>, C<from>,
C<id>, C<ts>, C<name>, C<account>.  One that is undef is left out.

=item gateway_post($nginx, $body, %option)

Posts it, signed; the options of gateway_request().

=item gateway_request($body, %option)

What the client's request() takes: C<secret>, C<header>, C<prefix>, C<target>,
C<headers> (a hash of more).

=item gateway_message($nginx, %option)

Both of them, for a good signature.

=item $GATEWAY $GATEWAY_SECRET $POINTERS

What the default app is configured with.

=back

=cut

use strict;
use warnings;

use Digest::SHA qw( hmac_sha256_hex );
use Exporter qw( import );
use JSON::PP ();
use Test::WhatsAuth;

our @EXPORT = qw( gateway_app gateway_body gateway_post gateway_request
    gateway_message $GATEWAY $GATEWAY_SECRET $POINTERS );

our $GATEWAY_SECRET = 'gateway-secret-of-the-demo-app';
our $POINTERS = 'text=/message/text sender=/message/from id=/message/id '
                . 'time=/message/ts profile=/contact/name to=/account';
our $GATEWAY = "name=acme secret=$GATEWAY_SECRET header=X-Acme-Signature "
               . "prefix=sha256= $POINTERS";

my $messages = 0;


sub gateway_app {
    my %option = (
        name => 'demo',
        token => $TOKEN,
        phone => $PHONE,
        gateway => $GATEWAY,
        more => '',
        @_,
    );

    my $secret = $option{more} =~ /\bcallback_secret\b/
                 ? '' : 'callback_secret none;';

    return <<"END";
    whatsauth_app $option{name} {
        token $option{token};
        phone $option{phone};
        callback_url $option{callback_url};
        $secret
        gateway $option{gateway};
        $option{more}
    }
END
}


sub gateway_body {
    my %option = (
        from => '+56911111111',
        id => sprintf('acme-%d-%d', $$, ++$messages),
        ts => int(time),
        name => 'John Doe',
        account => $PHONE,
        @_,
    );

    my %message = map { $_ => $option{$_} } grep { defined $option{$_} }
                  qw( text from id ts );

    return JSON::PP->new->ascii->canonical->encode({
        message => \%message,
        (defined $option{name} ? (contact => { name => $option{name} }) : ()),
        (defined $option{account} ? (account => $option{account}) : ()),
    });
}


sub gateway_request {
    my ($body, %option) = @_;

    my $mac = hmac_sha256_hex($body, $option{secret} // $GATEWAY_SECRET);

    return 'POST', $option{target} // '/api/v1/messages', {
        'Content-Type' => 'application/json',
        $option{header} // 'X-Acme-Signature' =>
            ($option{prefix} // 'sha256=') . $mac,
        %{ $option{headers} // {} },
    }, $body;
}


sub gateway_post {
    my ($nginx, $body, %option) = @_;

    return $nginx->request(gateway_request($body, %option));
}


sub gateway_message {
    my ($nginx, %option) = @_;

    return gateway_post($nginx, gateway_body(%option));
}


1;
