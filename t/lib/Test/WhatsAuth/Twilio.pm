package Test::WhatsAuth::Twilio;

=head1 NAME

Test::WhatsAuth::Twilio - messages as Twilio posts them

=head1 SYNOPSIS

    my $nginx = start_nginx(apps => twilio_app(callback_url => $url));
    my $answer = twilio_message($nginx, Body => ">>$code<<");
    is $answer->{body}, $TWIML;

=head1 DESCRIPTION

=over

=item twilio_app(%options)

A C<whatsauth_app> without a number at Meta.  Options: C<name>, C<token>,
C<phone>, C<callback_url>, C<twilio> (the arguments of the directive), C<more>.

=item twilio_fields(%fields)

The fields of a WhatsApp message, those given in their place; a field given as
undef is left out.  WaId follows From.

=item sms_fields(%fields)

The same for an SMS.

=item form(\%fields)

Fields in the order of their names as the body of a POST.  A value may be an
array of values.

=item twilio_signature($url, \%fields, $token)

The value of X-Twilio-Signature; $token is C<$AUTH_TOKEN> unless given.

=item twilio_post($nginx, \%fields, %options)

POSTs the fields.  Options: C<target>, C<host> (the header), C<url> (what is
signed; C<http://127.0.0.1> and the target unless given), C<token>, C<headers>.

=item twilio_request(\%fields, %options)

The same as an array for C<< $nginx->request >>.

=item twilio_message($nginx, %fields)

POSTs C<twilio_fields()>.

=back

=cut

use strict;
use warnings;

use Digest::SHA qw( hmac_sha1_base64 );
use Exporter qw( import );
use Test::WhatsAuth;

our @EXPORT = qw( twilio_app twilio_fields sms_fields form twilio_signature
    twilio_post twilio_request twilio_message $ACCOUNT_SID $AUTH_TOKEN
    $SMS_PHONE $TWIML );

our $ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef';
our $AUTH_TOKEN = 'auth-token-of-the-demo-app';
our $SMS_PHONE = '+14155550199';
our $TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

my $messages = 0;


sub twilio_app {
    my (%option) = (
        name => 'demo',
        token => $TOKEN,
        phone => $PHONE,
        twilio => "account_sid=$ACCOUNT_SID auth_token=$AUTH_TOKEN",
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
        twilio $option{twilio};
        $option{more}
    }
END
}


sub twilio_fields {
    my (%field) = @_;

    my $sid = sprintf 'SM%08x%024x', $$, ++$messages;
    my $from = $field{From} // 'whatsapp:+56911111111';

    return present(
        SmsMessageSid => $sid,
        NumMedia => '0',
        ProfileName => 'John Doe',
        MessageType => 'text',
        SmsSid => $sid,
        WaId => $from =~ /\Awhatsapp:\+(\d+)\z/ ? $1 : undef,
        SmsStatus => 'received',
        To => "whatsapp:$PHONE",
        NumSegments => '1',
        ReferralNumMedia => '0',
        MessageSid => $sid,
        AccountSid => $ACCOUNT_SID,
        From => 'whatsapp:+56911111111',
        ApiVersion => '2010-04-01',
        %field,
    );
}


sub sms_fields {
    my (%field) = @_;

    return twilio_fields(
        (map { $_ => undef } qw( ProfileName MessageType WaId
                                 ReferralNumMedia )),
        FromCountry => 'CL',
        FromCity => '',
        To => $SMS_PHONE,
        From => '+56911111111',
        %field,
    );
}


sub present {
    my (%field) = @_;

    return { map { $_ => $field{$_} } grep { defined $field{$_} }
             keys %field };
}


sub values_of {
    my ($value) = @_;

    return ref $value ? @$value : $value;
}


sub form {
    my ($fields) = @_;

    return join '&', map {
        my $name = $_;
        map { escape($name) . '=' . escape($_) } values_of($fields->{$name})
    } sort keys %$fields;
}


sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9._ -])/sprintf '%%%02X', ord $1/ger
                 =~ tr/ /+/r;
}


sub twilio_signature {
    my ($url, $fields, $token) = @_;

    my $content = $url;

    for my $name (sort keys %$fields) {
        my %distinct = map { $_ => 1 } values_of($fields->{$name});
        $content .= "$name$_" for sort keys %distinct;
    }

    return hmac_sha1_base64($content, $token // $AUTH_TOKEN) . '=';
}


sub twilio_post {
    my ($nginx, $fields, %option) = @_;

    return $nginx->request(twilio_request($fields, %option));
}


sub twilio_request {
    my ($fields, %option) = @_;

    my $target = $option{target} // '/api/v1/messages';
    my $host = $option{host} // '127.0.0.1';
    my $url = $option{url} // "http://127.0.0.1$target";

    return 'POST', $target, {
        Host => $host,
        'Content-Type' => 'application/x-www-form-urlencoded; charset=utf-8',
        'X-Twilio-Signature' => twilio_signature($url, $fields,
                                                 $option{token}),
        %{ $option{headers} // {} },
    }, form($fields);
}


sub twilio_message {
    my ($nginx, %field) = @_;

    return twilio_post($nginx, twilio_fields(%field));
}


1;
