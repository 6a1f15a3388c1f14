package Test::WhatsAuth;

=encoding utf-8

=head1 NAME

Test::WhatsAuth - log in with WhatsApp inside a test

=head1 SYNOPSIS

    use Test::More;
    use Test::WhatsAuth;

    my $receiver = start_receiver();
    my $nginx = start_nginx(callback_url => $receiver->url('/204'));

    my $code = $nginx->issue->{json}{code};
    is $nginx->message(text_message(">>$code<<"))->{status}, 200;
    is $receiver->wait_for($code)->{json}{status}, 'validated';

    $nginx->stop;
    done_testing;

=head1 DESCRIPTION

Tests of one request each are best written as blocks, see
L<Test::WhatsAuth::Blocks>.  Everything that takes several steps (issue,
reload, kill, two hundred posts at once) is plain Perl and starts from here:

=over

=item start_nginx(%options)

An nginx with this module, two workers and one app named C<demo>; see
L<Test::WhatsAuth::Nginx> for the options and methods.

=item start_receiver(%options)

A site that records the callbacks it gets, see L<Test::WhatsAuth::Receiver>.

=item start_dns(%table)

A name server for nginx's C<resolver>, see L<Test::WhatsAuth::Dns>.

=item make_certificates($folder)

A certificate authority, see L<Test::WhatsAuth::Certificates>.

=item listen_quic($port)

The line of a server for HTTP/3, or C<''> where nginx or curl has none.

=item text_message($text, %options)

The JSON of one POST from Meta with one text message.  Options: C<from>,
C<name>, C<phone> (the business number), C<phone_number_id>, C<id>,
C<timestamp> (unix seconds), C<message> and C<value>, which are hashes merged
into the message and the C<value> around it.

=item hidden_message($user, %message)

The same from a user id without a phone number; C<%message> is the message with
its C<type>, and C<number> the C<phone_number_id>.

=item meta_payload(@values)

The JSON of one POST that holds several C<value>s of the field C<messages>.

=item signature($body, $secret)

The value of X-Hub-Signature-256; $secret is C<$APP_SECRET> unless given.

=item wait_until { CONDITION } $seconds

Tries the block until it returns something true, and returns that; after
$seconds (10) it returns the last value.

=item whatsauth_app(%options)

The text of a C<whatsauth_app> block: C<name>, C<token>, C<phone>,
C<callback_url>, C<app_secret>, C<verify_token>, C<more> (further lines).  It
says C<callback_secret none> where C<more> has no such directive.

=item slot_folder(), slot_port($n)

Test files run side by side, also those of two checkouts.  Each takes a free
slot, which it holds by a file lock until it ends: a folder F<build/t/slot-N>
and twenty ports from 14000 + 20 N on, below those that the kernel gives to
outgoing connections.

=item $TOKEN $APP_SECRET $VERIFY_TOKEN $PHONE

What the default app is configured with.

=back

=cut

use strict;
use warnings;

use Cwd qw( abs_path );
use Digest::SHA qw( hmac_sha256_hex );
use Exporter qw( import );
use Fcntl qw( LOCK_EX LOCK_NB O_CREAT O_RDWR );
use File::Basename qw( dirname );
use File::Path qw( make_path remove_tree );
use File::Spec ();
use IO::Socket::INET ();
use JSON::PP ();
use Test::WhatsAuth::Leftovers;
use Time::HiRes qw( sleep time );

our @EXPORT = qw( start_nginx start_receiver start_dns make_certificates
    listen_quic text_message hidden_message meta_payload signature wait_until
    whatsauth_app slot_folder slot_port module_lines
    $TOKEN $APP_SECRET $VERIFY_TOKEN $PHONE $TOP );

our $TOKEN = 'token-of-the-demo-app';
our $APP_SECRET = 'app-secret-of-the-demo-app';
our $VERIFY_TOKEN = 'verify-token-of-the-demo-app';
our $PHONE = '+56943426553';

our $TOP = abs_path(dirname(__FILE__) . '/../../..');

my $SLOTS = 100;
my $PORTS_PER_SLOT = 20;
my $FIRST_PORT = 14000;

my ($slot, $slot_lock);
my $messages = 0;

# The phone_number_id of $PHONE.
my $NUMBER = '106540352242922';


sub start_nginx {
    require Test::WhatsAuth::Nginx;
    return Test::WhatsAuth::Nginx->start(@_);
}


sub start_receiver {
    require Test::WhatsAuth::Receiver;
    return Test::WhatsAuth::Receiver->start(@_);
}


sub start_dns {
    require Test::WhatsAuth::Dns;
    return Test::WhatsAuth::Dns->start(@_);
}


sub make_certificates {
    require Test::WhatsAuth::Certificates;
    return Test::WhatsAuth::Certificates->make(@_);
}


# By "reuseport" all packets of a connection come to one worker.

sub listen_quic {
    my ($port) = @_;

    my $binary = $ENV{TEST_NGINX_BINARY} || 'nginx';

    return `$binary -V 2>&1` =~ /--with-http_v3_module/
           && `curl --version 2>/dev/null` =~ /\bHTTP3\b/
           ? "listen 127.0.0.1:$port quic reuseport;" : '';
}


sub text_message {
    my ($text, %option) = @_;

    my $from = $option{from} // '56911111111';
    my $phone = $option{phone} // $PHONE;

    return meta_payload({
        messaging_product => 'whatsapp',
        metadata => {
            display_phone_number => $phone =~ tr/0-9//cdr,
            phone_number_id => $option{phone_number_id} // $NUMBER,
        },
        contacts => [ {
            profile => { name => $option{name} // 'John Doe' },
            wa_id => $from,
        } ],
        messages => [ {
            from => $from,
            id => $option{id} // sprintf('wamid.%d.%d', $$, ++$messages),
            timestamp => $option{timestamp} // '' . int(time),
            type => 'text',
            text => { body => $text },
            %{ $option{message} // {} },
        } ],
        %{ $option{value} // {} },
    });
}


sub hidden_message {
    my ($user, %message) = @_;

    return meta_payload({
        messaging_product => 'whatsapp',
        metadata => {
            display_phone_number => $PHONE =~ tr/0-9//cdr,
            phone_number_id => delete $message{number} // $NUMBER,
        },
        contacts => [ {
            user_id => $user,
            profile => { name => 'John Doe', username => '@john' },
        } ],
        messages => [ {
            from_user_id => $user,
            id => sprintf('wamid.h.%d.%d', $$, ++$messages),
            timestamp => '' . int(time),
            %message,
        } ],
    });
}


sub meta_payload {
    my @changes = map { { field => 'messages', value => $_ } } @_;

    return JSON::PP->new->ascii->canonical->encode({
        object => 'whatsapp_business_account',
        entry => [ { id => '102290129340398', changes => \@changes } ],
    });
}


sub signature {
    my ($body, $secret) = @_;

    return 'sha256=' . hmac_sha256_hex($body, $secret // $APP_SECRET);
}


sub wait_until(&;$) {
    my ($condition, $seconds) = @_;

    my $deadline = time + ($seconds // 10);
    my $value;

    until (($value = $condition->()) || time > $deadline) {
        sleep 0.02;
    }

    return $value;
}


sub whatsauth_app {
    my %option = (
        name => 'demo',
        token => $TOKEN,
        phone => $PHONE,
        app_secret => $APP_SECRET,
        verify_token => $VERIFY_TOKEN,
        more => '',
        @_,
    );

    my $callback = $option{callback_url};
    $callback = defined $callback ? "callback_url $callback;" : '';
    $callback .= ' callback_secret none;'
        if $option{more} !~ /\bcallback_secret\b/;

    return <<"END";
    whatsauth_app $option{name} {
        token $option{token};
        phone $option{phone};
        $callback
        meta app_secret=$option{app_secret} verify_token=$option{verify_token};
        $option{more}
    }
END
}


sub slot_folder {
    take_slot();
    return "$TOP/build/t/slot-$slot";
}


sub slot_port {
    my ($n) = @_;

    take_slot();
    return $FIRST_PORT + $PORTS_PER_SLOT * $slot + ($n // 0);
}


sub take_slot {
    return if defined $slot;

    my $locks = File::Spec->tmpdir . "/whatsauth-slots-$<";
    make_path("$TOP/build/t", $locks);

    for my $n (0 .. $SLOTS - 1) {
        sysopen $slot_lock, "$locks/$n", O_CREAT | O_RDWR
            or die "$locks/$n: $!\n";

        if (flock($slot_lock, LOCK_EX | LOCK_NB) && ports_are_free($n)) {
            $slot = $n;
            remove_tree("$TOP/build/t/slot-$n");
            make_path("$TOP/build/t/slot-$n");
            Test::WhatsAuth::Leftovers::watch("$TOP/build/t/slot-$n");
            return;
        }
    }

    die "no free slot of ports\n";
}


# Something that is no test of ours may listen there.

sub ports_are_free {
    my ($n) = @_;

    for my $port (map { $FIRST_PORT + $PORTS_PER_SLOT * $n + $_ }
                  0 .. $PORTS_PER_SLOT - 1)
    {
        IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port,
                              Listen => 1, ReuseAddr => 1) or return 0;
    }

    return 1;
}


# An nginx that holds the module statically is told by an empty
# TEST_NGINX_LOAD_MODULES.

sub module_lines {
    my $modules = $ENV{TEST_NGINX_LOAD_MODULES}
                  // "$TOP/build/ngx_http_whatsauth_module.so";

    return join '', map { "load_module $_;\n" } split ' ', $modules;
}


1;
